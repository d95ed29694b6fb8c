/** In place of d3-color, which d3-transition takes in to blend colours: here only views are moved. */
export const color = (): null => null
export const rgb = color
export const hsl = color
export const lab = color
export const hcl = color
export const cubehelix = color
