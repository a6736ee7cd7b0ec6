using System.Diagnostics.Metrics;
using ImageStorage.Diagnostics.Measuring;
using ImageStorage.Instrumentation;
using ImageStorage.Providers;
using ImageStorage.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Benchmarks.Work;

/// <summary>
/// Reads of records in memory, the quickest operation of a store: without measuring, with both measuring points, and with a
/// listener of the metrics.
/// </summary>
internal sealed class DiagnosticsWork : IDisposable
{
    private const string Key = "measured.png";

    private readonly StorageInstruments _quietInstruments = new();
    private readonly StorageInstruments _heardInstruments = new(new ScopedMeters());
    private readonly MeterListener _listener = new();
    private readonly ImageStorageManager _unmeasured;
    private readonly ImageStorageManager _measured;
    private readonly ImageStorageManager _heard;
    private readonly OperationRecorder _recorder;

    private DiagnosticsWork()
    {
        _unmeasured = new ImageStorageManager(new InstrumentationProvider(new InMemoryImageProvider(), NullLogger.Instance));
        (_measured, _recorder) = Create(_quietInstruments);
        (_heard, _) = Create(_heardInstruments);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope is ScopedMeters)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>(static (_, _, _, _) => { });
        _listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => { });
        _listener.Start();
    }

    public static async Task<DiagnosticsWork> CreateAsync()
    {
        var work = new DiagnosticsWork();
        foreach (var store in new[] { work._unmeasured, work._measured, work._heard })
        {
            await store.SaveBytesAsync(Key, SampleImages.Png());
        }

        return work;
    }

    public Task UnmeasuredAsync(int count) => InfoAsync(_unmeasured, count);

    public Task MeasuredAsync(int count) => InfoAsync(_measured, count);

    public Task HeardAsync(int count) => InfoAsync(_heard, count);

    /// <summary>Records operations, without the operations.</summary>
    public Task RecordAsync(int count)
    {
        for (var number = 0; number < count; number++)
        {
            _recorder.Record(StoreOperation.GetInfo, OperationOutcome.Success, _recorder.Clock.GetTimestamp());
        }

        return Task.CompletedTask;
    }

    /// <summary>Reads the figures of a day.</summary>
    public Task ReportAsync(int count)
    {
        for (var number = 0; number < count; number++)
        {
            _recorder.Read(TimeSpan.FromDays(1), static view => view.Operations.Sum(series => view.TotalsOf(series).Answered.Calculate().P99));
        }

        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _listener.Dispose();
        foreach (var store in new[] { _unmeasured, _measured, _heard })
        {
            store.Dispose();
        }

        _quietInstruments.Dispose();
        _heardInstruments.Dispose();
    }

    private static (ImageStorageManager Store, OperationRecorder Recorder) Create(StorageInstruments instruments)
    {
        var recorder = new OperationRecorder(string.Empty, instruments, TimeProvider.System);
        var provider = new InstrumentationProvider(new InMemoryImageProvider(), NullLogger.Instance, recorder: recorder.AddPart("InMemory", ProviderRole.Primary));
        return (new ImageStorageManager(provider, null, null, null, recorder), recorder);
    }

    private static async Task InfoAsync(ImageStorageManager store, int count)
    {
        for (var number = 0; number < count; number++)
        {
            await store.GetInfoAsync(Key);
        }
    }

    /// <summary>Creates meters that the listener knows.</summary>
    private sealed class ScopedMeters : IMeterFactory
    {
        private Meter? _meter;

        public Meter Create(MeterOptions options) => _meter ??= new Meter(new MeterOptions(options.Name) { Version = options.Version, Scope = this });

        public void Dispose() => _meter?.Dispose();
    }
}
