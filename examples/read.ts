/** A configuration in the Hub's form as a model, and how many parameters it has. */
import { decodeHfConfig, parameterCount } from "../core/index.ts";

const model = decodeHfConfig(
  {
    model_type: "llama",
    hidden_size: 4096,
    intermediate_size: 14336,
    num_hidden_layers: 32,
    num_attention_heads: 32,
    num_key_value_heads: 8,
    vocab_size: 128256,
    torch_dtype: "bfloat16",
  },
  "my model",
);
if (model.ok) console.log(parameterCount(model.value).total);
else console.log(model.error);
