/**
 * What a page's title and text weigh in the search. The pages of codes and operations repeat the words of the guides in every sentence: a
 * guide comes first for what it is about, and they for their own names, which no guide has as its title.
 */
export function searchWeights(id: string): { readonly title: number; readonly text: number } {
  return /^(errors|reference)(\/|$)/.test(id) ? { title: 2, text: 0.1 } : { title: 10, text: 3 };
}
