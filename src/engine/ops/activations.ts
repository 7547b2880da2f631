/** Activations between the two linear layers of a feed-forward part, as `hidden_act` of a `config.json` calls them. */
export const ACTIVATIONS = ['gelu', 'gelu_new', 'relu'] as const;

export type Activation = (typeof ACTIVATIONS)[number];
