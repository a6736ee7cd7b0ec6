using ImageStorage.Instrumentation;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging;
using Moq;

namespace ImageStorage.Tests.Instrumentation;

public class InstrumentationProviderTests
{
    private const string Secret = "users/42/secret-name.png";

    private static readonly Dictionary<string, Func<IImageProvider, Task>> Calls = new()
    {
        ["put"] = provider => provider.PutAsync(new PutRequest { Key = Secret, Content = Mock.Of<ImageContent>(), ContentType = "image/png", Width = 1, Height = 1 }),
        ["read"] = provider => provider.OpenReadAsync(Secret),
        ["info"] = provider => provider.GetInfoAsync(Secret),
        ["update"] = provider => provider.UpdateAsync(Secret, new RecordUpdate()),
        ["delete"] = provider => provider.DeleteAsync(Secret),
        ["list"] = provider => provider.ListAsync(new ImageQuery { Prefix = Secret }),
        ["usage"] = provider => provider.GetUsageAsync(),
    };

    // The instrumentation marks an exception that it has reported.
    private static Exception[] Failures =>
    [
        new StorageUnavailableException($"Image '{Secret}' cannot be reached."), new StorageFullException($"No room for '{Secret}'."),
        new ImageCorruptedException($"Image '{Secret}' is damaged."), new StorageCorruptedException($"The document of '{Secret}' is damaged."),
        new ImageConflictException($"'{Secret}' is in another version."), new ImageSourceException($"The source of '{Secret}' failed."), new OperationCanceledException(Secret), new ImageValidationException(ImageValidationKind.InvalidKey, Secret),
    ];

    private static IEnumerable<string> Operations => Calls.Keys;

    private static IEnumerable<TestCaseData> FailedCalls() =>
        from operation in Operations
        from throwsAtOnce in new[] { true, false }
        from failure in Failures
        select new TestCaseData(operation, failure, throwsAtOnce).SetArgDisplayNames(operation, failure.GetType().Name, throwsAtOnce ? "at once" : "later");

    [TestCaseSource(nameof(FailedCalls))]
    public void Failure_passes_through_and_is_logged_at_its_level_without_the_key(string operation, Exception failure, bool throwsAtOnce)
    {
        var logger = new RecordingLogger();
        using var provider = new InstrumentationProvider(Failing(failure, throwsAtOnce), logger);

        Assert.That(() => Calls[operation](provider), Throws.Exception.SameAs(failure));

        var expected = failure switch
        {
            StorageCorruptedException => new[] { LogLevel.Error },
            StorageUnavailableException or StorageFullException => [LogLevel.Warning],
            _ => [],
        };
        var loud = logger.Entries.Where(entry => entry.Level >= LogLevel.Information).ToList();
        Assert.That(loud.Select(entry => entry.Level), Is.EqualTo(expected));
        Assert.That(loud.Select(entry => entry.Text), Has.All.Contains("Sick").And.All.Contains(operation).And.All.Contains(failure.GetType().Name).And.None.Contains("secret"));
        Assert.That(logger.Entries.Any(entry => entry.Level == LogLevel.Debug && entry.Exception == failure), Is.EqualTo(expected.Length > 0), "The whole failure is there at debug level.");
    }

    [TestCaseSource(nameof(Operations))]
    public async Task Success_is_logged_at_debug_level_with_operation_and_duration(string operation)
    {
        var logger = new RecordingLogger();
        var inner = new Mock<IImageProvider>();
        inner.Setup(provider => provider.Name).Returns("Fine");
        using var provider = new InstrumentationProvider(inner.Object, logger);

        await Calls[operation](provider);

        var entry = logger.Entries.Single();
        Assert.That((entry.Level, entry.Id.Id), Is.EqualTo((LogLevel.Debug, 1)));
        Assert.That(entry.Text, Does.StartWith($"Fine: {operation}").And.Contain("ms"));
    }

    [Test]
    public async Task Nothing_is_logged_of_success_when_debug_is_off()
    {
        var logger = new RecordingLogger(LogLevel.Information);
        using var provider = new InstrumentationProvider(new InMemoryImageProvider(), logger);

        await provider.GetInfoAsync(Secret);

        Assert.That(logger.Entries, Is.Empty);
    }

    // Work of a provider before its first await counts: this provider does all of its work there.
    [Test]
    public async Task Duration_has_the_synchronous_part_of_the_call()
    {
        var logger = new RecordingLogger();
        var inner = new Mock<IImageProvider>();
        var spun = 0d;
        inner.Setup(provider => provider.GetUsageAsync(It.IsAny<CancellationToken>())).Returns(() =>
        {
            var started = System.Diagnostics.Stopwatch.GetTimestamp();
            Thread.SpinWait(2_000_000);
            spun = System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            return Task.FromResult(new StorageUsage { Count = 0, Bytes = 0, StoredBytes = 0 });
        });
        using var provider = new InstrumentationProvider(inner.Object, logger);

        await provider.GetUsageAsync();

        var logged = logger.Entries.Single().Text.Split("Milliseconds=")[1].Split(' ')[0];
        Assert.That(double.Parse(logged, System.Globalization.CultureInfo.CurrentCulture), Is.GreaterThanOrEqualTo(spun));
    }

    // A slow upload must not look like a slow provider: the log says how long the provider took.
    [Test]
    public async Task Duration_of_a_save_has_no_wait_for_the_source([Values] bool isPrepared)
    {
        var logger = new RecordingLogger();
        var waited = 0d;
        var content = new Mock<ImageContent>();
        content.Setup(source => source.ReadAsync(It.IsAny<CancellationToken>())).Returns(() =>
        {
            var started = System.Diagnostics.Stopwatch.GetTimestamp();
            Thread.SpinWait(5_000_000);
            waited = System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            return new ValueTask<ReadOnlyMemory<byte>>(ReadOnlyMemory<byte>.Empty);
        });
        var inner = new Mock<IImageProvider>();
        inner.Setup(provider => provider.PutAsync(It.IsAny<PutRequest>(), It.IsAny<CancellationToken>())).Returns(async (PutRequest request, CancellationToken token) =>
        {
            await request.Content.ReadAsync(token);
            return null!;
        });
        var atomic = new Mock<IAtomicProvider>();
        atomic.Setup(provider => provider.PrepareAsync(It.IsAny<PutRequest>(), It.IsAny<CancellationToken>())).Returns(async (PutRequest request, CancellationToken token) =>
        {
            await request.Content.ReadAsync(token);
            return null!;
        });
        inner.Setup(provider => provider.GetAbility<IAtomicProvider>()).Returns(atomic.Object);
        using var provider = new InstrumentationProvider(inner.Object, logger);
        var request = new PutRequest { Key = Secret, Content = content.Object, ContentType = "image/png", Width = 1, Height = 1 };
        var begun = System.Diagnostics.Stopwatch.GetTimestamp();

        await (isPrepared ? provider.GetAbility<IAtomicProvider>()!.PrepareAsync(request) : (Task)provider.PutAsync(request));

        var called = System.Diagnostics.Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        var logged = double.Parse(logger.Entries.Single().Text.Split("Milliseconds=")[1].Split(' ')[0], System.Globalization.CultureInfo.CurrentCulture);
        Assert.That(logged, Is.InRange(0, called - waited));
    }

    // The target of a copy throws the exception of the source, and is sound.
    [Test]
    public async Task Damage_of_the_source_of_a_copy_is_reported_by_the_source_alone()
    {
        var (ofSource, ofTarget) = (new RecordingLogger(LogLevel.Information), new RecordingLogger(LogLevel.Information));
        var memory = new InMemoryImageProvider();
        await new ImageStorageManager(memory).SaveBytesAsync(Secret, Testing.SampleImages.OfLength(300_000, 1));
        await using var source = new InstrumentationProvider(new Damaged(memory), ofSource);
        await using var target = new InstrumentationProvider(new InMemoryImageProvider(), ofTarget);
        var image = (await source.OpenReadAsync(Secret))!;
        await using var content = new StoredContent(image);

        Assert.That(() => target.PutAsync(PutRequest.CopyOf(image.Info, content)), Throws.TypeOf<ImageCorruptedException>());

        Assert.That(ofSource.Entries.Select(entry => entry.Level), Is.EqualTo(new[] { LogLevel.Error }));
        Assert.That(ofTarget.Entries, Is.Empty);
    }

    private sealed class Damaged(IImageProvider inner) : DelegatingImageProvider(inner)
    {
        public override async Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default)
        {
            var image = (await Inner.OpenReadAsync(key, options, cancellationToken))!;
            return new StoredImage(image.Info, new Mirroring.DamagedStream(image.Content, 200_000, () => new ImageCorruptedException("Damaged.") { Key = key }), image.Range);
        }
    }

    private static IImageProvider Failing(Exception failure, bool atOnce)
    {
        var inner = new Mock<IImageProvider> { DefaultValueProvider = new FailingValues(failure, atOnce) };
        inner.Setup(provider => provider.Name).Returns("Sick");
        return inner.Object;
    }

    /// <summary>Every call that was not set up fails, at once or through its task.</summary>
    private sealed class FailingValues(Exception failure, bool atOnce) : DefaultValueProvider
    {
        protected override object? GetDefaultValue(Type type, Mock mock)
        {
            if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(Task<>))
            {
                return null;
            }

            return atOnce
                ? throw failure
                : typeof(Task).GetMethods().Single(method => method is { Name: nameof(Task.FromException), IsGenericMethod: true }).MakeGenericMethod(type.GetGenericArguments()).Invoke(null, [failure]);
        }
    }
}
