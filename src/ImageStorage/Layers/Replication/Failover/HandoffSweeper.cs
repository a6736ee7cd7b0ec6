using Microsoft.Extensions.Logging;

namespace ImageStorage.Failover;

/// <summary>Deletes bytes that a crash left on a fallback between their write and what was to name them.</summary>
internal sealed class HandoffSweeper(SizeRouter? router, HandoffChain chain, TimeProvider clock, ILogger logger)
{
    // Longer than any save takes from its bytes to its commit, also with clocks that differ.
    public static readonly TimeSpan Grace = TimeSpan.FromHours(24);

    /// <summary>Sweeps a fallback on which no note waits.</summary>
    public async Task SweepAsync(HandoffSide side, CancellationToken cancellationToken)
    {
        await SweepHandedOffAsync(side, cancellationToken).ConfigureAwait(false);
        if (router is null)
        {
            return;
        }

        try
        {
            await router.SweepAsync(side, clock.GetUtcNow() - Grace, () => chain.ConfirmPrimaryAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (StorageUnavailableException exception)
        {
            // Only the primary knows which of them are named. Nothing waits, so nobody waits for this either.
            Log.HandoffBytesLeft(logger, exception);
        }
    }

    private async Task SweepHandedOffAsync(HandoffSide side, CancellationToken cancellationToken)
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
