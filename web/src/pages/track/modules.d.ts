/** Forecasts of the back-test beside what came, made when the page is built. */
declare module 'track-record:forecasts' {
  const forecasts: { target: string; origin: string; points: [string, [number, number, number, number, number], number][] }[];
  export default forecasts;
}
