namespace ImageStorage.Failover;

/// <summary>Deletes bytes that a crash left on a fallback between their write and what was to name them.</summary>
internal sealed class HandoffSweeper(TimeProvider clock)
{
    // Longer than any save takes from its bytes to its commit, also with clocks that differ.
    public static readonly TimeSpan Grace = TimeSpan.FromHours(24);

    /// <summary>Deletes the payloads on a fallback without hints that are older than <see cref="Grace"/> and that no hint names.</summary>
    public async Task SweepAsync(HandoffSide side, CancellationToken cancellationToken)
    {
        string? token = null;
        do
        {
            var page = await side.Images.ListAsync(token, cancellationToken).ConfigureAwait(false);
            foreach (var orphan in page.Items.Where(image => image.ModifiedAt < clock.GetUtcNow() - Grace))
            {
                // What a conflict left is kept, not forgotten.
                var id = orphan.Key.Value[HandoffImages.Prefix.Length..];
                if (!await side.Hints.IsKeptAsync(id, cancellationToken).ConfigureAwait(false))
                {
                    await side.Images.DeleteAsync(id, cancellationToken).ConfigureAwait(false);
                }
            }

            token = page.ContinuationToken;
        }
        while (token is not null);
    }
}
