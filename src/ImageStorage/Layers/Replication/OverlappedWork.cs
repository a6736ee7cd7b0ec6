namespace ImageStorage.Replication;

/// <summary>
/// Runs asynchronous work on many items, started in their order, a few at a time. Unlike <see cref="Parallel"/>, work
/// that completes synchronously runs one item after another, so that tests in memory are deterministic.
/// </summary>
internal static class OverlappedWork
{
    // More concurrent requests would take the primary away from the application.
    private const int MostAtOnce = 8;

    /// <summary>
    /// Works on all items. The first failure, or the token, ends the work. All work that has started has ended when
    /// this method returns or throws.
    /// </summary>
    public static async Task ForEachAsync<T>(IEnumerable<T> things, Func<T, Task> work, CancellationToken cancellationToken)
    {
        var underWay = new List<Task>(MostAtOnce);
        try
        {
            foreach (var thing in things)
            {
                cancellationToken.ThrowIfCancellationRequested();
                underWay.Add(work(thing));
                if (underWay.Count == MostAtOnce)
                {
                    await Task.WhenAny(underWay).ConfigureAwait(false);
                }

                foreach (var ended in underWay.Where(task => task.IsCompleted).ToList())
                {
                    underWay.Remove(ended);
                    await ended.ConfigureAwait(false);
                }
            }

            await Task.WhenAll(underWay).ConfigureAwait(false);
        }
        finally
        {
            // Further failures belong to the same outage.
            await Task.WhenAll(underWay).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
