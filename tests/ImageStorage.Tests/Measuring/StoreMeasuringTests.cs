using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using ImageStorage.Diagnostics.Measuring;
using ImageStorage.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Tests.Measuring;

/// <summary>A store measures each operation, and each call of each of its parts, with the same figures for listeners and for reports.</summary>
public sealed class StoreMeasuringTests : IDisposable
{
    private const string Key = "users/42/secret-name.png";

    private readonly string _store = $"store-{Guid.NewGuid():N}";
    private readonly ConcurrentQueue<(string Instrument, double Value, Dictionary<string, string> Tags)> _measured = new();
    private MeterListener _listener = null!;
    private ServiceProvider _services = null!;

    private IImageStorage Storage => _services.GetRequiredKeyedService<IImageStorage>(_store);

    private OperationRecorder Recorder => _services.GetRequiredKeyedService<OperationRecorder>(_store);

    [SetUp]
    public void Create()
    {
        var services = new ServiceCollection();
        services.AddMetrics().AddImageStorage(_store).UseInMemory().WithCache().WithTransactions();
        _services = services.BuildServiceProvider();
        _measured.Clear();
        _listener = new MeterListener();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == StorageInstruments.SourceName && ReferenceEquals(instrument.Meter.Scope, _services.GetRequiredService<IMeterFactory>()))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    [TearDown]
    public void Dispose()
    {
        _listener?.Dispose();
        _services?.Dispose();
    }

    [Test]
    public async Task Operations_have_their_outcome_and_bytes()
    {
        var image = SampleImages.Png();
        await Storage.SaveBytesAsync(Key, image);
        await Storage.GetBytesAsync(Key);
        await Storage.GetInfoAsync("missing.png");
        await Storage.DeleteAsync("missing.png");
        Assert.That(() => Storage.SaveBytesAsync(Key, "no image"u8.ToArray()), Throws.InstanceOf<ImageValidationException>());
        Assert.That(() => Storage.SaveBytesAsync(Key, image, new SaveOptions { Precondition = IfNoneMatch.Any }), Throws.InstanceOf<ImageConflictException>());
        Assert.That(() => Storage.CopyAsync("missing.png", "copy.png"), Throws.InstanceOf<ImageNotFoundException>());

        string[] expected = ["save success", "get success", "get_info not_found", "delete not_found", "save invalid", "save conflict", "copy not_found"];
        Assert.That(Of("imagestorage.operation.duration").Select(sample => $"{sample.Tags["operation"]} {sample.Tags["outcome"]}"), Is.EqualTo(expected));
        Assert.That(Of("imagestorage.operation.bytes").Select(sample => sample.Value), Is.EqualTo(new[] { image.Length, image.Length }));
        Assert.That(Recorder.Read(TimeSpan.FromHours(1), view => view.Operations.Sum(series => view.TotalsOf(series).Count)), Is.EqualTo(expected.Length));
    }

    // A move is a transaction inside, and one operation for its caller.
    [Test]
    public async Task Transaction_and_move_are_one_operation_each()
    {
        var transactions = _services.GetRequiredKeyedService<IImageTransactions>(_store);
        await transactions.ExecuteAsync([new SaveStep(new SaveRequest(Key, new MemoryStream(SampleImages.Png())))]);
        await Storage.MoveAsync(Key, "moved.png");
        Assert.That(() => transactions.ExecuteAsync([new SaveStep(new SaveRequest("moved.png", new MemoryStream(SampleImages.Png()), new SaveOptions { Precondition = IfNoneMatch.Any }))]), Throws.InstanceOf<TransactionFailedException>());

        Assert.That(Of("imagestorage.operation.duration").Select(sample => $"{sample.Tags["operation"]} {sample.Tags["outcome"]}"), Is.EqualTo(new[] { "transaction success", "move success", "transaction conflict" }));
    }

    // The caller waits for a hit of the cache; the provider never sees the read.
    [Test]
    public async Task Hit_of_the_cache_is_an_operation_of_the_store_and_not_of_the_provider()
    {
        await Storage.SaveBytesAsync(Key, SampleImages.Png());
        await Storage.GetBytesAsync(Key);
        _measured.Clear();

        await Storage.GetBytesAsync(Key);

        Assert.That(Of("imagestorage.operation.duration").Count(), Is.EqualTo(1));
        Assert.That(Of("imagestorage.provider.duration"), Is.Empty);
    }

    [Test]
    public async Task Calls_of_a_part_have_the_part_and_no_key()
    {
        await Storage.SaveBytesAsync(Key, SampleImages.Png());

        var sample = Of("imagestorage.provider.duration").Single(sample => sample.Tags["operation"] == "put");
        Assert.That(sample.Tags, Is.EquivalentTo(new Dictionary<string, string> { ["store"] = _store, ["provider"] = "InMemory", ["role"] = "primary", ["operation"] = "put", ["outcome"] = "success" }));
        Assert.That(_measured.SelectMany(measured => measured.Tags.Values), Has.None.Contains("secret"));
    }

    // A slow client is no slow store.
    [Test]
    public async Task Time_of_the_source_does_not_count()
    {
        using var source = new SlowStream(SampleImages.Png());

        await Storage.SaveAsync(Key, source);

        Assert.That(source.Waited, Is.GreaterThan(TimeSpan.Zero));
        Assert.That(Of("imagestorage.operation.duration").Concat(Of("imagestorage.provider.duration")).Select(sample => sample.Value), Has.All.LessThan(source.Waited.TotalSeconds));
    }

    [Test]
    public async Task Activity_of_a_call_belongs_to_the_activity_of_its_operation()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == StorageInstruments.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);

        await Storage.SaveBytesAsync(Key, SampleImages.Png());
        await Storage.GetInfoAsync("missing.png");

        var own = ended.Where(activity => Equals(activity.GetTagItem("store"), _store)).ToDictionary(activity => activity.OperationName);
        Assert.That(own.Keys, Is.SupersetOf(new[] { "imagestorage.save", "imagestorage.provider.put", "imagestorage.get_info", "imagestorage.provider.get_info" }));
        Assert.That(own["imagestorage.provider.put"].ParentSpanId, Is.EqualTo(own["imagestorage.save"].SpanId));
        Assert.That(own["imagestorage.get_info"].GetTagItem("outcome"), Is.EqualTo("not_found"));
        Assert.That(own.Values.SelectMany(activity => activity.TagObjects).Select(tag => $"{tag.Value}"), Has.None.Contains("secret"));
    }

    private IEnumerable<(string Instrument, double Value, Dictionary<string, string> Tags)> Of(string instrument) => _measured.Where(measured => measured.Instrument == instrument);

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _measured.Enqueue((instrument.Name, value, tags.ToArray().ToDictionary(tag => tag.Key, tag => $"{tag.Value}")));

    /// <summary>A stream whose reads take longer than any save in memory.</summary>
    private sealed class SlowStream(byte[] bytes) : MemoryStream(bytes)
    {
        public TimeSpan Waited { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var started = Stopwatch.GetTimestamp();
            Thread.SpinWait(5_000_000);
            var read = await base.ReadAsync(buffer, cancellationToken);
            Waited += Stopwatch.GetElapsedTime(started);
            return read;
        }
    }
}
