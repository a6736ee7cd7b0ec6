using System.IO.Hashing;
using System.Runtime.InteropServices;
using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Locking;

/// <summary>
/// Locks by name, for the moment in which a precondition is checked and a rename follows: between the threads of this
/// process and, by one lock file a stripe, between processes. Names share 64 stripes.
/// </summary>
internal sealed class StripedLocks : IDisposable
{
    private const int StripeCount = 64;

    // How often a caller that waits for another thread looks at its token.
    private const int PauseMilliseconds = 50;

    private readonly Stripe[] _stripes = new Stripe[StripeCount];
    private readonly Func<string, VolumeLock> _open;
    private readonly LockTimeouts _timeouts;

    /// <param name="open">Opens the lock file of a stripe by its name; called once a stripe.</param>
    /// <param name="timeouts">How long to wait for other processes; null for the default, by the system's clock.</param>
    public StripedLocks(Func<string, VolumeLock> open, LockTimeouts? timeouts = null)
    {
        _open = open;
        _timeouts = timeouts ?? new LockTimeouts(TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        for (var i = 0; i < StripeCount; i++)
        {
            _stripes[i] = new Stripe($"{i:x2}");
        }
    }

    /// <summary>Takes the lock of a name; dispose what is returned to release it.</summary>
    /// <exception cref="VolumeFailureException">Another process has held the lock for <see cref="LockTimeouts.ForCommit"/>.</exception>
    public Holder Enter(string name, CancellationToken cancellationToken)
    {
        // All processes must agree on the stripe, so the hash is one that never changes.
        var stripe = _stripes[XxHash3.HashToUInt64(MemoryMarshal.AsBytes(name.AsSpan())) % StripeCount];
        var wait = _timeouts.Begin(stripe.Description, LockTimeouts.ForCommit, cancellationToken);
        while (!Monitor.TryEnter(stripe, PauseMilliseconds))
        {
            wait.ThrowIfOver();
        }

        try
        {
            stripe.File ??= _open(stripe.Name);
            while (!stripe.File.TryEnter())
            {
                wait.Pause();
            }

            return new Holder(stripe);
        }
        catch
        {
            Monitor.Exit(stripe);
            throw;
        }
    }

    public void Dispose() => Close();

    /// <summary>Closes the lock files, after waiting for those that hold them. The next <see cref="Enter"/> opens them again.</summary>
    public void Close()
    {
        foreach (var stripe in _stripes)
        {
            lock (stripe)
            {
                stripe.File?.Dispose();
                stripe.File = null;
            }
        }
    }

    /// <summary>A held lock.</summary>
    internal readonly struct Holder : IDisposable
    {
        private readonly Stripe _stripe;

        internal Holder(Stripe stripe) => _stripe = stripe;

        public void Dispose()
        {
            try
            {
                _stripe.File?.Exit();
            }
            finally
            {
                Monitor.Exit(_stripe);
            }
        }
    }

    internal sealed class Stripe(string name)
    {
        public string Name { get; } = name;

        /// <summary>What messages call the lock: the file, relative to the store.</summary>
        public string Description { get; } = $"'locks/{name}'";

        public VolumeLock? File { get; set; }
    }
}
