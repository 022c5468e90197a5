import { PIXEL_RANGES } from "../../core/optimise/index.ts";
import type { CommandModule } from "../answer.ts";
import { choiceFlag, quantityFlag } from "../flags.ts";

export interface VerifyOptions {
  readonly model?: string;
  readonly result?: string;
  readonly calibration?: string;
  readonly pixels?: string;
  readonly metric?: string;
  readonly maxDrop?: number;
  readonly budget: number;
}

const BUDGET_DEFAULT = 30;

export const verifyCommand: CommandModule = {
  examples: [
    "tenlane verify fast.certificate.json",
    "tenlane verify fast.certificate.json --model model.onnx --result fast.onnx --json",
  ],
  declare: (command, shell, show) => {
    command
      .argument("<certificate>", "a certificate that tenlane optimise wrote")
      .option("--model <file>", "the model certified; beside the certificate where absent")
      .option("--result <file>", "the result certified; beside the certificate where absent")
      .option("--calibration <folder>", "the samples it was judged on, where they were yours")
      .option("--pixels <range>", "of those pictures", choiceFlag("--pixels", PIXEL_RANGES))
      .option("--metric <module>", "the measure it was judged by, where it was yours")
      .option("--max-drop <n>", "of the metric", Number)
      .option(
        "--budget <time>",
        "about how long to measure",
        quantityFlag("--budget", "time"),
        BUDGET_DEFAULT,
      )
      .action(async (certificate: string, options: VerifyOptions) => {
        const { verified } = await import("../optimise/verify.ts");
        show(await verified(certificate, options, shell));
      });
  },
};
