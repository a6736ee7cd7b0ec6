namespace ImageStorage.Diagnostics.Measuring;

/// <summary>What is known of a part beside its calls.</summary>
/// <param name="AvailableBytes">The bytes that the medium has left; null if the number is unknown.</param>
/// <param name="TotalBytes">The size of the medium; null if the size is unknown.</param>
/// <param name="Hints">The number of hints on the part; null if the part cannot have hints or the number is unknown.</param>
internal sealed record PartState(long? AvailableBytes, long? TotalBytes, int? Hints)
{
    public static PartState Unknown { get; } = new(null, null, null);
}
