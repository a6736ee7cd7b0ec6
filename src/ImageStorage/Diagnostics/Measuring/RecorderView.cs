namespace ImageStorage.Diagnostics.Measuring;

/// <summary>The figures of a store in one window. Valid only inside of <see cref="OperationRecorder.Read"/>.</summary>
internal readonly struct RecorderView(OperationRecorder recorder, SeriesTotals totals, int open, int first)
{
    /// <summary>Gets the time at which the window begins.</summary>
    public DateTimeOffset From => recorder.TimeOf(first);

    public int FirstMinute => first;

    /// <summary>Gets the open minute.</summary>
    public int OpenMinute => open;

    /// <summary>Gets the operations that were ever recorded: those of the store, and then those of the application.</summary>
    public IEnumerable<OperationSeries> Operations => recorder.OperationsAndApplications();

    /// <summary>Returns whether the application has recorded an operation itself.</summary>
    public bool IsApplication(OperationSeries series) => recorder.IsApplication(series);

    /// <summary>Adds up the figures of a series. The result is valid until the next call.</summary>
    public SeriesTotals TotalsOf(OperationSeries series)
    {
        series.AddTo(totals, first);
        return totals;
    }

    /// <summary>Returns the figures of each minute in which there were operations.</summary>
    public IReadOnlyList<MinuteSummary> MinutesOf(OperationSeries series) => series.MinutesSince(first, open);

    /// <summary>Returns the time at which a minute begins.</summary>
    public DateTimeOffset TimeOf(int minute) => recorder.TimeOf(minute);
}
