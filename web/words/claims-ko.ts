/** Facts and verdicts of the catalogue's claims in Korean, by what they say in English. */
export const CLAIMS: Readonly<Record<string, string>> = {
  "Three things: Catapult; Project Brainwave behind Azure ML (five fixed CNNs on Arria 10, VM size Standard_PB6s); NP-series VMs (Alveo U250).":
    "세 가지다. Catapult, Azure ML 뒤의 Project Brainwave(Arria 10에 고정된 CNN 다섯 개, VM 크기 Standard_PB6s), NP 시리즈 VM(Alveo U250).",
  "39.5 TFLOPS sustained on a GRU at batch 1 on Stratix 10, in the laboratory.":
    "실험실의 Stratix 10에서 배치 1인 GRU로 39.5 TFLOPS를 지속했다.",
  "NP-series VMs retire on 2027-05-31; no new reservations since 2026-04-02.":
    "NP 시리즈 VM은 2027-05-31에 폐지되며, 2026-04-02부터는 새로 예약할 수 없다.",
  "Only the NP series can still be rented, and it retires in 2027.":
    "아직 빌릴 수 있는 것은 NP 시리즈뿐이고, 그것도 2027년에 폐지된다.",
  "The ordinals are one vendor's own count; the standards are named HBM3E and HBM4.":
    "몇 세대라는 번호는 한 제조사가 스스로 센 것이며, 표준의 이름은 HBM3E와 HBM4다.",
  "It is one vendor's way of counting; name the standard, not the ordinal.":
    "한 제조사가 세는 방식이다. 번호 말고 표준의 이름을 써야 한다.",
  '"Up to 9x" is the vendor\'s wording for DGX H100 over DGX A100; no single box shows it.':
    "“최대 9배”는 DGX A100 대비 DGX H100에 대한 제조사의 표현이며, 기계 한 대로 그것을 보인 결과는 없다.",
  "Speed-up of training on 8 against 8 GPUs: BERT 3.1, SSD 2.3, ResNet-50 2.1, Mask R-CNN 2.1, 3D U-Net 1.9, RNN-T 1.8, DLRM 1.6, Minigo 1.08.":
    "GPU 8개 대 8개로 학습이 빨라진 배수: BERT 3.1, SSD 2.3, ResNet-50 2.1, Mask R-CNN 2.1, 3D U-Net 1.9, RNN-T 1.8, DLRM 1.6, Minigo 1.08.",
  "Offline inference on 8 against 8 GPUs: 1.6 to 2.4.":
    "GPU 8개 대 8개로 한 오프라인 추론: 1.6배에서 2.4배.",
  "Boxes measured side by side train 1.1 to 3.1 times as fast; even FP8 against BF16 arithmetic bounds it by 6.3.":
    "나란히 측정한 기계의 학습은 1.1배에서 3.1배 빠르다. FP8 연산을 BF16에 견주어도 한계는 6.3배다.",
  "Offline inference, 8 x H100 over the best dual Xeon: 31x to 52x (Xeon 8480+).":
    "오프라인 추론, 가장 좋은 Xeon 두 개 대비 H100 8개: 31배에서 52배(Xeon 8480+).",
  "Offline inference, 8 x H100 over the best dual Xeon: 16x to 40x (Xeon 6980P).":
    "오프라인 추론, 가장 좋은 Xeon 두 개 대비 H100 8개: 16배에서 40배(Xeon 6980P).",
  "True of a whole box in AI inference; that is 2 to 6.5 times a GPU, and no source gives the half about HPC.":
    "AI 추론에서 기계 한 대 전체로는 맞다. GPU 하나로는 2배에서 6.5배이며, HPC에 관한 나머지 절반은 출처가 없다.",
  "Inf1 is legacy hardware: new projects are told to use Inf2, Trn1, Trn2 or Trn3.":
    "Inf1은 구형 하드웨어다. 새 프로젝트에는 Inf2, Trn1, Trn2, Trn3 가운데 하나를 쓰라고 안내한다.",
  "Inf2, Trn1, Trn2 and Trn3 followed Inf1.": "Inf1 다음으로 Inf2, Trn1, Trn2, Trn3이 나왔다.",
  "Its maker calls Inf1 legacy, and its chip has four successors, which the catalogue holds.":
    "만든 회사가 Inf1을 구형이라 부르며, 그 칩의 후속 네 가지가 목록에 있다.",
  "138.07 USD, the close of 2024-10-14, was a market value of 3.40T USD; shares were split 10 for 1 in June 2024.":
    "2024-10-14의 종가 138.07 USD는 시가총액 3.40조 USD였다. 주식은 2024년 6월에 1주가 10주로 나뉘었다.",
  "So there were 24.6 billion shares: at 147.63 USD they are worth 3.64T USD, and 2.56T USD is 104 USD a share.":
    "따라서 주식은 246억 주였다. 147.63 USD라면 3.64조 USD이고, 2.56조 USD라면 한 주에 104 USD다.",
  "Price and market value are not of one day: 147.63 USD a share is 3.64T USD.":
    "주가와 시가총액이 같은 날의 것이 아니다. 한 주에 147.63 USD이면 3.64조 USD다.",
  "From 92 INT8 TOPS (v1) to 4,614 FP8 TFLOPS (v7).":
    "92 INT8 TOPS(v1)에서 4,614 FP8 TFLOPS(v7)까지.",
  "Fifty times lie between the first and the seventh, in different number formats.":
    "첫째와 일곱째 사이는 50배이며, 수의 형식이 서로 다르다.",
};
