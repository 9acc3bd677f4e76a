// esbuild bundles styles that scripts name.
declare module '*.css';
