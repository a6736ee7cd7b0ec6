using ImageStorage.FileSystem.Volumes;
using Microsoft.Extensions.Logging;

namespace ImageStorage.FileSystem.Locking;

/// <summary>How long a call waits for a lock that another process holds. A process that is stopped holds its locks until it continues or ends.</summary>
/// <param name="clock">Measures the wait.</param>
/// <param name="logger">Where a wait that was given up is reported.</param>
internal sealed class LockTimeouts(TimeProvider clock, ILogger logger)
{
    /// <summary>For a lock that is held for a check and a rename, or for the removal of some folders: far beyond what a slow medium takes for that.</summary>
    public static readonly TimeSpan ForCommit = TimeSpan.FromSeconds(30);

    /// <summary>For the lock of the index, which another process may hold while it makes the index of a large store again.</summary>
    public static readonly TimeSpan ForIndex = TimeSpan.FromMinutes(10);

    /// <summary>Begins a wait.</summary>
    /// <param name="lockName">What the lock protects, and its file relative to the store.</param>
    /// <param name="limit">How long to wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Wait Begin(string lockName, TimeSpan limit, CancellationToken cancellationToken) => new(this, lockName, limit, cancellationToken);

    /// <summary>One caller's wait for one lock.</summary>
    internal struct Wait(LockTimeouts timeouts, string lockName, TimeSpan limit, CancellationToken cancellationToken)
    {
        // Other processes hold a lock for some microseconds, or some milliseconds where a rename waits for the disk.
        private const int AttemptsAtOnce = 20;
        private const int LongestPause = 10;
        private long _startedAt;
        private int _attempts;

        /// <summary>Call after each failed attempt to take the lock, before the next one.</summary>
        /// <exception cref="OperationCanceledException">The token ended the wait.</exception>
        /// <exception cref="VolumeFailureException">The caller has waited long enough.</exception>
        public void ThrowIfOver()
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_attempts++ == 0)
            {
                _startedAt = timeouts.Clock.GetTimestamp();
            }
            else if (timeouts.Clock.GetElapsedTime(_startedAt) >= limit)
            {
                Log.LockHeld(timeouts.Logger, lockName, limit.TotalSeconds);
                throw new VolumeFailureException(
                    $"another process has held the lock {lockName} of the store for {limit.TotalSeconds:0} seconds",
                    "OpenSnapshot for a process of this store that is stopped or hangs, and let it continue or end it; then try again.",
                    isTransient: true);
            }
        }

        /// <summary>As <see cref="ThrowIfOver"/>, and pauses: there is no way to wait on a lock file that a token can end, so the caller asks again, less and less often.</summary>
        public void Pause()
        {
            ThrowIfOver();
            if (_attempts <= AttemptsAtOnce)
            {
                Thread.Yield();
            }
            else
            {
                cancellationToken.WaitHandle.WaitOne(Math.Min(_attempts / AttemptsAtOnce, LongestPause));
            }
        }
    }

    private TimeProvider Clock => clock;

    private ILogger Logger => logger;
}
