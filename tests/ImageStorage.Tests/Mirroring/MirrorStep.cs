namespace ImageStorage.Tests.Mirroring;

/// <summary>One act of a random sequence.</summary>
/// <param name="Act">What is done.</param>
/// <param name="Key">To which image.</param>
/// <param name="Fault">What fails during it: 0 nothing; else which side, at which call, before or after its effect.</param>
internal sealed record MirrorStep(MirrorAct Act, int Key, int Fault);
