using ImageStorage.FileSystem.Volumes;
using Microsoft.Extensions.Logging;

namespace ImageStorage.FileSystem.Locking;

/// <summary>
/// The maximum time that a call waits for a lock of another process. A suspended process holds its locks until it
/// continues or ends.
/// </summary>
/// <param name="clock">Measures the wait.</param>
/// <param name="logger">Receives timeouts.</param>
internal sealed class LockTimeouts(TimeProvider clock, ILogger logger)
{
    /// <summary>
    /// The timeout of a lock that is held for a check and a rename, or for the removal of some folders: far longer than
    /// a slow medium needs.
    /// </summary>
    public static readonly TimeSpan ForCommit = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The timeout of the lock of the index, which another process may hold while it rebuilds the index of a large
    /// store.
    /// </summary>
    public static readonly TimeSpan ForIndex = TimeSpan.FromMinutes(10);

    /// <summary>Begins a wait.</summary>
    /// <param name="lockName">The lock file, relative to the store.</param>
    /// <param name="limit">The timeout.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Wait Begin(string lockName, TimeSpan limit, CancellationToken cancellationToken) => new(this, lockName, limit, cancellationToken);

    /// <summary>The wait of one caller for one lock.</summary>
    internal struct Wait(LockTimeouts timeouts, string lockName, TimeSpan limit, CancellationToken cancellationToken)
    {
        // Other processes hold a lock for some microseconds, or some milliseconds if a rename waits for the disk.
        private const int AttemptsAtOnce = 20;
        private const int LongestPause = 10;
        private long _startedAt;
        private int _attempts;

        /// <summary>Call this after each failed attempt to take the lock, before the next attempt.</summary>
        /// <exception cref="OperationCanceledException">The token ended the wait.</exception>
        /// <exception cref="VolumeFailureException">The timeout has passed.</exception>
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
                    "Check for a process of this store that is suspended or hangs, resume or end it, and try again.",
                    isTransient: true);
            }
        }

        /// <summary>
        /// Does the same as <see cref="ThrowIfOver"/> and pauses. A wait on a lock file cannot be cancelled, so the
        /// caller tries again at growing intervals.
        /// </summary>
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
