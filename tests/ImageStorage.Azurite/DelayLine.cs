using System.Diagnostics;

namespace ImageStorage.Azurite;

/// <summary>
/// Delays every caller by the same time, like a long wire. Uses a thread of its own, because timers of the runtime are
/// late by up to four milliseconds, which would hide the measured effect.
/// </summary>
internal sealed class DelayLine : IDisposable
{
    private readonly object _gate = new();
    private readonly Queue<(long Due, TaskCompletionSource Passed)> _waiting = [];
    private readonly long _delay;
    private readonly Thread _thread;
    private bool _isClosed;

    public DelayLine(TimeSpan delay)
    {
        _delay = (long)(delay.TotalSeconds * Stopwatch.Frequency);
        _thread = new Thread(Run) { IsBackground = true, Name = "delay line" };
        _thread.Start();
    }

    /// <summary>Completes after the delay, in the order of the calls.</summary>
    public Task PassAsync()
    {
        var passed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_isClosed)
            {
                return Task.CompletedTask;
            }

            _waiting.Enqueue((Stopwatch.GetTimestamp() + _delay, passed));
            Monitor.Pulse(_gate);
        }

        return passed.Task;
    }

    /// <summary>Releases all callers.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.Pulse(_gate);
        }

        _thread.Join();
    }

    private void Run()
    {
        while (Next() is { } next)
        {
            // The rest is shorter than the resolution of a monitor.
            var rest = new SpinWait();
            while (Stopwatch.GetTimestamp() < next.Due && !Volatile.Read(ref _isClosed))
            {
                rest.SpinOnce(sleep1Threshold: -1);
            }

            next.Passed.SetResult();
        }
    }

    /// <summary>Returns the next caller, less than a millisecond before its time; null at the end.</summary>
    private (long Due, TaskCompletionSource Passed)? Next()
    {
        lock (_gate)
        {
            while (true)
            {
                var isThere = _waiting.TryPeek(out var next);
                var milliseconds = isThere ? (int)((next.Due - Stopwatch.GetTimestamp()) * 1000 / Stopwatch.Frequency) : Timeout.Infinite;
                if (isThere && (milliseconds <= 0 || _isClosed))
                {
                    return _waiting.Dequeue();
                }

                if (_isClosed)
                {
                    return null;
                }

                Monitor.Wait(_gate, milliseconds);
            }
        }
    }
}
