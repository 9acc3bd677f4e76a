# tt_embed(folder symbol file): puts a file's bytes, as they are, into that folder's library, between
# k<Symbol>Begin and k<Symbol>End (extern "C" const unsigned char[]). The file may be made by the build.
enable_language(ASM)

function(tt_embed name symbol file)
  set(generated ${CMAKE_BINARY_DIR}/generated/embed_${symbol}.S)
  file(CONFIGURE OUTPUT ${generated} @ONLY CONTENT [[
        .section .rodata
        .global k@symbol@Begin
        .global k@symbol@End
        .balign 16
k@symbol@Begin:
        .incbin "@file@"
k@symbol@End:
        .byte 0
        .section .note.GNU-stack,"",%progbits
]])
  set_source_files_properties(${generated} PROPERTIES OBJECT_DEPENDS ${file})
  target_sources(tt_${name} PRIVATE ${generated})
endfunction()
