namespace ImageStorage.Tests.Models;

/// <summary>One step of a random sequence.</summary>
/// <param name="Act">The operation.</param>
/// <param name="Choice">The number of the image or of the entry.</param>
/// <param name="Fault">The fault during the step: 0 for none; otherwise encodes the part, the call, and before or after
/// the effect.</param>
internal sealed record ModelStep(ModelAct Act, int Choice, int Fault);
