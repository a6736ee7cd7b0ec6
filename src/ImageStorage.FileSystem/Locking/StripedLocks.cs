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

    // How often somebody who waits looks at its token.
    private const int PatienceMilliseconds = 50;

    private readonly Stripe[] _stripes = new Stripe[StripeCount];
    private readonly Func<string, VolumeLock> _open;

    /// <param name="open">Opens the lock file of a stripe by its name; called once a stripe.</param>
    public StripedLocks(Func<string, VolumeLock> open)
    {
        _open = open;
        for (var i = 0; i < StripeCount; i++)
        {
            _stripes[i] = new Stripe($"{i:x2}");
        }
    }

    /// <summary>Takes the lock of a name; dispose what is returned to release it.</summary>
    public Holder Enter(string name, CancellationToken cancellationToken)
    {
        // All processes must agree on the stripe, so the hash is one that never changes.
        var stripe = _stripes[XxHash3.HashToUInt64(MemoryMarshal.AsBytes(name.AsSpan())) % StripeCount];
        while (!Monitor.TryEnter(stripe, PatienceMilliseconds))
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        try
        {
            stripe.File ??= _open(stripe.Name);
            for (var attempt = 0; !stripe.File.TryEnter(); attempt++)
            {
                WaitForOtherProcess(attempt, cancellationToken);
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

    // Another process holds a lock for some microseconds, or some milliseconds where a rename waits for the disk. There
    // is no way to wait on a lock file that a token can end, so it is asked again, less and less often.
    private static void WaitForOtherProcess(int attempt, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (attempt < 20)
        {
            Thread.Yield();
        }
        else
        {
            cancellationToken.WaitHandle.WaitOne(Math.Min(attempt / 20, 10));
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

        public VolumeLock? File { get; set; }
    }
}
