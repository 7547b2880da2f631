import { from, makeOperands, rows, serveProducts, to, type Form } from './matmul-cpu-messages';
import { startJax } from './start-jax';

serveProducts(async (threads) => {
  startJax(threads);
  const { jit, numpy: np } = await import('@jax-js/jax');
  const numbers = makeOperands();
  const x = np.array(numbers.x).reshape([rows, from]);
  const w = np.array(numbers.w).reshape([from, to]);
  const dy = np.array(numbers.dy).reshape([rows, to]);
  const matmul = jit(np.matmul);
  const matmulNT = jit((a: typeof x, b: typeof x) => np.matmul(a, b.transpose()));
  const matmulTN = jit((a: typeof x, b: typeof x) => np.matmul(a.transpose(), b));
  const products: Record<Form, () => typeof x> = {
    NN: () => matmul(x.ref, w.ref),
    NT: () => matmulNT(dy.ref, w.ref),
    TN: () => matmulTN(x.ref, dy.ref),
  };
  return {
    async multiply(form) {
      const product = await products[form]().blockUntilReady();
      product.dispose();
    },
    read: (form) => products[form]().data(),
  };
});
