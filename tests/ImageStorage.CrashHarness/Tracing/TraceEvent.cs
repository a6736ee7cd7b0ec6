namespace ImageStorage.CrashHarness.Tracing;

/// <summary>A line of a trace.</summary>
internal abstract record TraceEvent;

/// <summary>A call started.</summary>
internal sealed record CallBegan(SystemCall Call) : TraceEvent;

/// <summary>The next call that ends has the fault, or the process was killed before it.</summary>
internal sealed record FaultInjected(SystemCall Call) : TraceEvent;

/// <summary>A call ended.</summary>
/// <param name="Call">The call.</param>
/// <param name="BeganAt">The index of the event of its start.</param>
/// <param name="Result">The result; -errno for a failure.</param>
/// <param name="Inode">The file that the call opened for writing or created, or 0.</param>
internal sealed record CallEnded(SystemCall Call, int BeganAt, long Result, ulong Inode) : TraceEvent
{
    public bool Succeeded => Result >= 0;
}

/// <summary>The worker wrote a line.</summary>
internal sealed record LineWritten(string Line) : TraceEvent;
