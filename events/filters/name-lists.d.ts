// Lists of names. From the files themselves, TypeScript would infer a type with every name in them.

declare module 'cldr-subdivisions-full/subdivisions/en/en.json' {
  const names: {
    readonly subdivisions: {
      readonly localeDisplayNames: { readonly subdivisions: Readonly<Record<string, string>> };
    };
  };
  export default names;
}

declare module 'i18n-iso-countries/langs/*.json' {
  const names: { readonly countries: Readonly<Record<string, string | readonly string[]>> };
  export default names;
}
