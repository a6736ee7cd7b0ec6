using System.Text.RegularExpressions;
using FeatureTour;
using ImageStorage.Samples.Tests.Snippets;
using ImageStorage.Testing;
using Microsoft.Extensions.Configuration;

namespace ImageStorage.Samples.Tests;

/// <summary>One program uses every feature, and finds all of them with one using of the library.</summary>
internal sealed partial class FeatureTourTests
{
    [Test]
    public async Task Program_that_uses_every_feature_works()
    {
        using var folder = new TemporaryCurrentFolder();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Primary"] = "main",
            ["Fallbacks:0"] = "spare",
            ["Providers:main:Type"] = "FileSystem",
            ["Providers:main:Path"] = "data/main",
            ["Providers:spare:Type"] = "FileSystem",
            ["Providers:spare:Path"] = "data/spare",
        }).Build();

        var result = await Tour.RunAsync(configuration, new MemoryStream(SampleImages.Png()), SampleImages.Png(seed: 1));

        Assert.Multiple(() =>
        {
            Assert.That(result.Saved.ContentType, Is.EqualTo("image/png"));
            Assert.That(result.Transaction.Steps.Select(step => step.Status), Is.All.EqualTo(TransactionStepStatus.Done));
            Assert.That(result.History.Items.Single().Keys, Is.EqualTo(new ImageKey[] { "cats/kit.png" }));
            Assert.That(result.Newest.Items, Has.Count.EqualTo(2));
            Assert.That(result.Preview.DeletedCount, Is.EqualTo(2));
            Assert.That((result.Failover, result.Health), Is.EqualTo((FailoverState.Healthy, StorageHealthState.Healthy)));
            Assert.That(result.CurrentETag, Is.Not.Null.And.Not.EqualTo(result.Saved.ETag));
        });
    }

    [Test]
    public void Program_needs_one_using_of_the_library()
    {
        var text = File.ReadAllText(Path.Join(Repository.Root, "tests/ImageStorage.Samples.Tests/Snippets/FeatureTour.cs"));

        Assert.That(Using().Matches(text).Select(match => match.Groups[1].Value).Where(name => name.StartsWith("ImageStorage", StringComparison.Ordinal)), Is.EqualTo(["ImageStorage"]));
    }

    [GeneratedRegex(@"^using ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Using();
}
