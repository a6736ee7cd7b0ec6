using ImageStorage.AspNetCore.Problems;
using ImageStorage.AspNetCore.Tests.Hosting;
using ImageStorage.Providers;
using ImageStorage.Testing;
using Microsoft.AspNetCore.Http;

namespace ImageStorage.AspNetCore.Tests.Writing;

/// <summary>Each failure of a store has its status and its problem; a failure of the server has no detail.</summary>
internal sealed class FailureTests
{
    private const string Secret = "the cause, which is no concern of the client";
    private ImageServer _server = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _server = await ImageServer.StartAsync(configure: options => (options.AllowUpload, options.AllowDelete) = (true, true));

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        Assert.That(_server.Errors, Is.Empty);
        await _server.DisposeAsync();
    }

    private static IEnumerable<TestCaseData> Failures()
    {
        yield return Case(new ImageValidationException(ImageValidationKind.TooLarge, Secret), 413, "too-large", true);
        yield return Case(new ImageValidationException(ImageValidationKind.UnsupportedType, Secret), 415, "unsupported-type", true);
        yield return Case(new ImageValidationException(ImageValidationKind.TypeMismatch, Secret), 415, "unsupported-type", true);
        yield return Case(new ImageValidationException(ImageValidationKind.NotAnImage, Secret), 400, "invalid-image", true);
        yield return Case(new ImageValidationException(ImageValidationKind.TooManyPixels, Secret), 400, "invalid-image", true);
        yield return Case(new ImageValidationException(ImageValidationKind.LengthMismatch, Secret), 400, "upload-incomplete", true);
        yield return Case(new ImageValidationException(ImageValidationKind.InvalidMetadata, Secret), 400, "invalid-name", true);
        yield return Case(new ImageValidationException(ImageValidationKind.InvalidProperties, Secret), 400, "invalid-request", true);
        yield return Case(new ImageNotFoundException(Secret), 404, "not-found", true);
        yield return Case(new ImageConflictException(Secret), 412, "condition-failed", true);
        yield return Case(new ImageRangeException(Secret, 5), 416, "range-not-satisfiable", true);
        yield return Case(new ImageSourceException(Secret, new IOException(Secret)), 400, "upload-incomplete", true);
        yield return Case(new ImageSourceException(Secret, new BadHttpRequestException(Secret, 408)), 408, "upload-timeout", true);
        yield return Case(new ImageSourceException(Secret, new BadHttpRequestException(Secret, 413)), 413, "too-large", true);
        yield return Case(new StorageFullException(Secret), 507, "storage-full", false);
        yield return Case(new StorageUnavailableException(Secret), 503, "unavailable", false);
        yield return Case(new ImageCorruptedException(Secret), 500, "damaged", false);
        yield return Case(new StorageNotSupportedException(Secret), 500, "failed", false);
        yield return Case(new TransactionFailedException(Secret, new StorageFullException(Secret)) { Outcome = TransactionOutcome.RolledBack }, 507, "storage-full", false);
        yield return Case(new TransactionFailedException(Secret, new ImageNotFoundException(Secret)) { Outcome = TransactionOutcome.InDoubt }, 500, "failed", false);

        static TestCaseData Case(Exception failure, int status, string problem, bool hasDetail) => new TestCaseData(failure, status, problem, hasDetail).SetArgDisplayNames($"{failure.GetType().Name} {problem}");
    }

    [TestCaseSource(nameof(Failures))]
    public async Task Failure_has_its_status_and_its_problem(Exception failure, int status, string problem, bool hasDetail)
    {
        _server.Calls.Fault = call => call is { HasTakenEffect: false, Operation: ProviderOperation.Put or ProviderOperation.OpenRead or ProviderOperation.GetInfo or ProviderOperation.Delete } ? failure : null;
        foreach (var method in (string[])["GET", "HEAD", "PUT", "DELETE"])
        {
            var response = await _server.SendAsync(method, "/images/a.png", method == "PUT" ? SampleImages.Png() : null);

            Assert.That((response.Status, response["Cache-Control"], response["ETag"]), Is.EqualTo((status, "no-store", string.Empty)), method);
            Assert.That(response.Problem, Is.EqualTo(method == "HEAD" ? string.Empty : problem), method);
            Assert.That(response.Text.Contains("\"detail\"", StringComparison.Ordinal), Is.EqualTo(hasDetail && method != "HEAD"), response.Text);
            Assert.That(hasDetail || !response.Text.Contains(Secret, StringComparison.Ordinal), Is.True);
        }
    }

    [Test]
    public void Failure_that_is_no_failure_of_a_store_or_a_request_is_left_to_the_application() =>
        Assert.That((Exception[])[new ArgumentOutOfRangeException(), new InvalidOperationException(), new ObjectDisposedException("x")], Has.All.Matches<Exception>(exception => Problem.Of(exception) is null));

    [Test]
    public async Task Damage_before_the_first_byte_is_500_and_damage_in_the_middle_closes_the_connection([Values(0, 200_000)] int sound)
    {
        await using var server = await ImageServer.StartAsync(store: builder => builder.AddLayer(new Layer(LayerKind.Caching, (_, inner) => new DamagedReads(inner, sound))));
        var info = await server.Images.SaveBytesAsync("a.png", SampleImages.OfLength(300_000));

        var response = await server.SendAsync("GET", "/images/a.png");

        Assert.That(response.Problem, Is.EqualTo(sound == 0 ? "damaged" : string.Empty));
        Assert.That((response.Status, response["ETag"]), Is.EqualTo(sound == 0 ? (500, string.Empty) : (200, $"\"{info.ETag}\"")));
        Assert.That(response.Body.Length, sound == 0 ? Is.LessThan(1000) : Is.LessThan(300_000), "the client sees that bytes are missing");
        Assert.That(server.Errors, Is.Empty);
    }

    private sealed class DamagedReads(IImageProvider inner, int sound) : DelegatingImageProvider(inner)
    {
        public override async Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default) =>
            await base.OpenReadAsync(key, options, cancellationToken) is { } image ? new StoredImage(image.Info, new DamagedStream(image.Content, sound), image.Range) : null;
    }

    private sealed class DamagedStream(Stream inner, int sound) : Endpoints.ReadOnlyStream
    {
        private int _left = sound;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = _left == 0 ? throw new ImageCorruptedException("damaged") : await inner.ReadAsync(buffer[..Math.Min(buffer.Length, _left)], cancellationToken);
            _left -= count;
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
