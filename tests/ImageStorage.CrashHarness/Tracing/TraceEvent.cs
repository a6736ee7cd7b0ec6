namespace ImageStorage.CrashHarness.Tracing;

/// <summary>One line of a trace.</summary>
internal abstract record TraceEvent;

/// <summary>A call began.</summary>
internal sealed record CallBegan(SystemCall Call) : TraceEvent;

/// <summary>The next call to end, or to be killed in front of, got the fault.</summary>
internal sealed record FaultInjected(SystemCall Call) : TraceEvent;

/// <summary>A call ended.</summary>
/// <param name="Call">The call.</param>
/// <param name="BeganAt">The index of the event with which it began.</param>
/// <param name="Result">What it answered; -errno where it failed.</param>
/// <param name="Inode">The file that it opened for writing or made, or 0.</param>
internal sealed record CallEnded(SystemCall Call, int BeganAt, long Result, ulong Inode) : TraceEvent
{
    public bool Succeeded => Result >= 0;
}

/// <summary>The worker wrote a line.</summary>
internal sealed record LineWritten(string Line) : TraceEvent;
