namespace ImageStorage.Diagnostics.Measuring;

/// <summary>Represents one measured operation.</summary>
/// <param name="Outcome">How the operation ended.</param>
/// <param name="Nanoseconds">The duration.</param>
/// <param name="Bytes">The bytes of the image that was saved or opened; otherwise 0.</param>
internal readonly record struct OperationSample(OperationOutcome Outcome, long Nanoseconds, long Bytes)
{
    public double Seconds => Nanoseconds / 1e9;
}
