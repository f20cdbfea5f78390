/** Why a program does not do what it was asked to, in words for the person at the terminal. Holds no secrets. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}
