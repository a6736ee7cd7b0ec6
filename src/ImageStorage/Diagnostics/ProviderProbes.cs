using System.Collections.Concurrent;
using ImageStorage.Providers;

namespace ImageStorage.Diagnostics;

/// <summary>
/// Probes providers, each within a time limit, and remembers since when they have been in their state. A provider that
/// ignores the limit has one running probe, and later calls join that probe.
/// </summary>
internal sealed class ProviderProbes(TimeProvider clock)
{
    /// <summary>
    /// The maximum duration of a probe. A slower provider is not healthy, and callers have time limits too.
    /// </summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<IImageProvider, Memory> _memories = new(ReferenceEqualityComparer.Instance);

    public async Task<ProbeResult> ProbeAsync(IImageProvider provider)
    {
        var memory = _memories.GetOrAdd(provider, static _ => new Memory());
        string? failure;
        try
        {
            failure = await memory.JoinAsync(() => RunAsync(provider)).WaitAsync(Limit, clock, CancellationToken.None).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            failure = TooSlow(provider);
        }

        return memory.Record(failure, clock.GetUtcNow());
    }

    private static string TooSlow(IImageProvider provider) => $"{provider.Name} did not complete its probe within {Limit.TotalSeconds} seconds.";

    private async Task<string?> RunAsync(IImageProvider provider)
    {
        // Do not run under the lock of the caller.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        using var limit = new CancellationTokenSource(Limit, clock);
        try
        {
            await provider.CheckAsync(limit.Token).ConfigureAwait(false);
            return null;
        }
        catch (ImageStorageException exception)
        {
            return exception.Message;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return TooSlow(provider);
        }
    }

    private sealed class Memory
    {
        private readonly Lock _gate = new();
        private Task<string?>? _running;
        private bool? _passed;
        private DateTimeOffset _since;

        public Task<string?> JoinAsync(Func<Task<string?>> start)
        {
            lock (_gate)
            {
                return _running is { IsCompleted: false } ? _running : _running = start();
            }
        }

        public ProbeResult Record(string? failure, DateTimeOffset now)
        {
            lock (_gate)
            {
                if (_passed != (failure is null))
                {
                    (_passed, _since) = (failure is null, now);
                }

                return new ProbeResult(failure, _since);
            }
        }
    }
}
