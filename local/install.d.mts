export function installPackages(
  folder: string,
  options: { readonly announcement: string; readonly withDev?: boolean },
): void;
