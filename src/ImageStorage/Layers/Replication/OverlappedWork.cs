namespace ImageStorage.Replication;

/// <summary>
/// Work on many things that is mostly waited for: it is begun in their order, a few at a time. Unlike with <see cref="Parallel"/>, what does not wait is done one after
/// another, so that tests in memory repeat exactly.
/// </summary>
internal static class OverlappedWork
{
    // A primary in a cloud is mostly waited for; more at once would take it away from the application.
    private const int MostAtOnce = 8;

    /// <summary>Works on all; the first failure, or the token, ends it. What has begun has ended when this returns or throws.</summary>
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
            // Their failures beside the first one are of the same outage.
            await Task.WhenAll(underWay).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
