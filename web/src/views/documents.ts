// What a page can be saved as beside its tables.
export const DOCUMENTS = [
  { id: 'pdf', name: 'Document (PDF)' },
  { id: 'docx', name: 'Document (Word)' },
  { id: 'xlsx', name: 'Workbook (Excel)' },
  { id: 'pptx', name: 'Slides (PowerPoint)' },
  { id: 'html', name: 'Web page' },
] as const;
