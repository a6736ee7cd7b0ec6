namespace ImageStorage.Failover;

/// <summary>
/// Deletes orphan payloads, which a crash leaves between the write of a payload and its hint, or after the removal of a
/// hint.
/// </summary>
internal sealed class PayloadSweeper(TimeProvider clock)
{
    // Longer than any save takes from its payload to its hint, also with clock skew.
    public static readonly TimeSpan Grace = TimeSpan.FromHours(24);

    /// <summary>
    /// Deletes the payloads on a fallback without hints that are older than <see cref="Grace"/> and that no hint names.
    /// </summary>
    public async Task SweepAsync(FallbackPart fallback, CancellationToken cancellationToken)
    {
        string? token = null;
        do
        {
            var page = await fallback.Payloads.ListAsync(token, cancellationToken).ConfigureAwait(false);
            foreach (var orphan in page.Items.Where(image => image.ModifiedAt < clock.GetUtcNow() - Grace))
            {
                // A payload that a conflict has retained is not an orphan.
                var id = orphan.Key.Value[HintPayloads.Prefix.Length..];
                if (!await fallback.Hints.IsRetainedAsync(id, cancellationToken).ConfigureAwait(false))
                {
                    await fallback.Payloads.DeleteAsync(id, cancellationToken).ConfigureAwait(false);
                }
            }

            token = page.ContinuationToken;
        }
        while (token is not null);
    }
}
