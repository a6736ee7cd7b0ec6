namespace ImageStorage.Tests.Models;

/// <summary>One act of a random sequence.</summary>
/// <param name="Act">What is done.</param>
/// <param name="Choice">To which image, or to which of the entries that there are.</param>
/// <param name="Fault">What fails during it: 0 nothing; else which side, at which call, before or after its effect.</param>
internal sealed record ModelStep(ModelAct Act, int Choice, int Fault);
