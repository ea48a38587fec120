declare module '*/.dependency-cruiser.mjs' {
  import type { IConfiguration } from 'dependency-cruiser';

  export const mayImport: Readonly<Record<string, readonly string[]>>;
  const configuration: IConfiguration & Required<Pick<IConfiguration, 'options'>>;
  export default configuration;
}

declare module '*/jest.unit.config.js' {
  export const unitTests: readonly string[];
}
