/** Texts of the model by section and key, made when the page is built. */
declare module 'model-texts:*' {
  const texts: Record<string, Record<string, string>>;
  export default texts;
}
