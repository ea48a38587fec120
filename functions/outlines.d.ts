// Outlines of countries. From the files themselves, TypeScript would infer a type with every number in them.

declare module 'world-atlas/countries-110m.json' {
  import type { GeometryCollection, Topology } from 'topojson-specification';

  const topology: Topology<{ readonly countries: GeometryCollection<{ readonly name: string }> }>;
  export default topology;
}

declare module 'world-atlas/countries-50m.json' {
  import type { GeometryCollection, Topology } from 'topojson-specification';

  const topology: Topology<{ readonly countries: GeometryCollection<{ readonly name: string }> }>;
  export default topology;
}
