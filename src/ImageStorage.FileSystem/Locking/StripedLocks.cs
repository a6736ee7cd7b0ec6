using System.IO.Hashing;
using System.Runtime.InteropServices;
using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Locking;

/// <summary>
/// Locks by name, held while a precondition is checked and a file renamed: between the threads of this process and, by
/// one lock file per stripe, between processes. Names share 64 stripes.
/// </summary>
internal sealed class StripedLocks : IDisposable
{
    private const int StripeCount = 64;

    // The interval at which a caller that waits for another thread checks its token.
    private const int PauseMilliseconds = 50;

    private readonly Stripe[] _stripes = new Stripe[StripeCount];
    private readonly Func<string, VolumeLock> _open;
    private readonly LockTimeouts _timeouts;

    /// <param name="open">Opens the lock file of a stripe by its name; called once per stripe.</param>
    /// <param name="timeouts">The timeouts of locks; <see langword="null"/> for the defaults and the system
    /// clock.</param>
    public StripedLocks(Func<string, VolumeLock> open, LockTimeouts? timeouts = null)
    {
        _open = open;
        _timeouts = timeouts ?? new LockTimeouts(TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        for (var i = 0; i < StripeCount; i++)
        {
            _stripes[i] = new Stripe($"{i:x2}");
        }
    }

    /// <summary>Takes the lock of a name. Dispose the result to release the lock.</summary>
    /// <exception cref="VolumeFailureException">Another process has held the lock for <see
    /// cref="LockTimeouts.ForCommit"/>.</exception>
    public Holder Enter(string name, CancellationToken cancellationToken)
    {
        // All processes and versions must agree on the stripe, so the hash must never change.
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

    /// <summary>
    /// Waits for the holders and closes the lock files. The next <see cref="Enter"/> opens them again.
    /// </summary>
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

        /// <summary>Gets the lock file, relative to the store, for messages.</summary>
        public string Description { get; } = $"'locks/{name}'";

        public VolumeLock? File { get; set; }
    }
}
