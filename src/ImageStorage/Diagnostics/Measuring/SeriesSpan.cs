namespace ImageStorage.Diagnostics.Measuring;

/// <summary>What one series has recorded in some minutes.</summary>
/// <param name="From">The first minute.</param>
/// <param name="To">The minute after the last minute.</param>
/// <param name="Answered">The packed histogram of the operations that the store has answered.</param>
/// <param name="Failed">The packed histogram of the errors.</param>
/// <param name="Outcomes">The number of operations by outcome.</param>
/// <param name="Bytes">The bytes of the images that were saved or opened.</param>
internal sealed record SeriesSpan(int From, int To, byte[] Answered, byte[] Failed, long[] Outcomes, long Bytes)
{
    // The object, the headers of its three arrays, and the outcomes.
    private const int Fixed = 48 + (3 * 24) + (OutcomeRules.Count * sizeof(long));

    /// <summary>Gets the approximate memory of the span in bytes.</summary>
    public int Memory => Fixed + Answered.Length + Failed.Length;
}
