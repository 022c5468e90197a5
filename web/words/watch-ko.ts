/** Words of the watch, in Korean. */
import type { watch as english } from "./watch-en.ts";

export const watch: typeof english = {
  heading: "이 기계의 지금",
  about:
    "가속기와 호스트의 센서를 이 기계의 tenlane이 5초마다 읽습니다. 이름과 단위는 널리 쓰는 수집기의 것입니다.",
  none: "센서는 그 기계에서 도는 tenlane web이 읽습니다. 이 페이지에는 그런 서버가 없습니다.",
  working: "센서를 읽는 중",
  well: "이상이 없습니다.",
  alerts: "이상",
  rule: "경고",
  subject: "대상",
  severity: "심각도",
  severities: { warning: "주의", critical: "심각" },
  reason: "까닭",
  action: "할 일",
  course: "이 페이지를 연 뒤 얼마나 바빴는지",
  courses: { processors: "프로세서", memory: "메모리", gpu: (id) => `GPU ${id}` },
  time: "시각",
  readings: "읽은 값",
  reading: "항목",
  labels: "대상",
  value: "값",
  at: (time) => `${time}에 읽었습니다.`,
};
