using ImageStorage.Providers;
using ImageStorage.Testing.NUnit;
using ImageStorage.Tests.Failover;
using ImageStorage.Tests.Mirroring;

namespace ImageStorage.Tests.Providers.Records;

/// <summary>
/// Everything that a record says travels with the image: through an outage of the primary, its replay, and a mirror.
/// </summary>
internal sealed class TravellingRecordTests
{
    private static readonly byte[] NewField = RecordBytes.Text(5000, "of a newer build");

    private static PutRequest Request => PutRequest.CopyOf(
        RecordBytes.Read([.. RecordBytes.Of(ImageInfoTests.Sample with { Key = "a", Encoding = null }), .. NewField]),
        new PieceContent(Pair.Image(1), 100));

    [Test]
    public async Task Record_travels_through_an_outage()
    {
        await using var pair = new Pair();
        pair.Primary.GoDown();
        await pair.Provider.PutAsync(Request);
        await pair.Provider.UpdateAsync("a", new RecordUpdate { Properties = new Dictionary<string, string?> { ["new.one"] = "1" }, FrameCount = 7 });
        AssertComplete((await pair.Provider.GetInfoAsync("a"))!);

        pair.Primary.ComeBack();
        await pair.Provider.ReconcileAsync();

        AssertComplete((await pair.Primary.Store.GetInfoAsync("a"))!);
    }

    [Test]
    public async Task Record_travels_to_both_replicas()
    {
        await using var pair = new MirrorPair();
        await pair.Provider.PutAsync(Request);
        await pair.Provider.UpdateAsync("a", new RecordUpdate { Properties = new Dictionary<string, string?> { ["new.one"] = "1" }, FrameCount = 7 });

        await pair.AssertEqualAsync();
        AssertComplete((await pair.Primary.Store.GetInfoAsync("a"))!);
        AssertComplete((await pair.Mirror.Store.GetInfoAsync("a"))!);
    }

    [Test]
    public void Properties_by_the_rules_of_a_newer_version_are_copied_and_kept()
    {
        var stored = ImageInfoTests.Sample with { Properties = MetadataDictionary.Empty.Add("Newer_Name", new string('x', 2000)).Add("a.b", "1") };
        ImageInfo Updated(string name, string? value) => new RecordUpdate { Properties = new Dictionary<string, string?> { [name] = value } }.ApplyTo(stored, stored.ModifiedAt, stored.ETag);

        Assert.That(PutRequest.CopyOf(stored, Request.Content).Properties, Is.SameAs(stored.Properties));
        Assert.That(Updated("a.b", "2").Properties, Is.EqualTo(stored.Properties.SetItem("a.b", "2")));
        Assert.That(Updated("a.b", null).Properties, Is.EqualTo(stored.Properties.Remove("a.b")));
        Assert.That(() => Updated("a.c", "1"), Throws.TypeOf<ImageValidationException>().With.Message.Contains("1024"));
        Assert.That(() => Updated("Name", "1"), Throws.TypeOf<ImageValidationException>().With.Message.Contains("feature.name"));
    }

    [Test]
    public void Property_that_no_record_can_hold_is_refused() => Assert.That(
        () => Request with { Properties = MetadataDictionary.Empty.Add("a.b", "\uD800") },
        Throws.TypeOf<ImageValidationException>().With.Property(nameof(ImageValidationException.Kind)).EqualTo(ImageValidationKind.InvalidProperties));

    private static void AssertComplete(ImageInfo info)
    {
        var sample = ImageInfoTests.Sample;
        Assert.That(info.Properties, Is.EqualTo(sample.Properties.Add("new.one", "1")));
        Assert.That((info.Orientation, info.FrameCount, info.FileName), Is.EqualTo((sample.Orientation, (int?)7, sample.FileName)));
        Assert.That((info.Metadata.Single(), info.Tags.Single()), Is.EqualTo((sample.Metadata.Single(), sample.Tags.Single())));
        Assert.That(RecordBytes.Of(info).AsSpan().IndexOf(NewField), Is.GreaterThan(0));
    }
}
