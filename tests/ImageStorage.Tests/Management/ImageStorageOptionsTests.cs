using ImageStorage.Providers;
using ImageStorage.Store;
using Microsoft.Extensions.Options;

namespace ImageStorage.Tests.Management;

public class ImageStorageOptionsTests
{
    private static IEnumerable<TestCaseData> Mistakes()
    {
        static TestCaseData Mistake(string name, Action<ImageStorageOptions> make, params string[] says) => new TestCaseData(make, says).SetArgDisplayNames(name);
        yield return Mistake("identity", options => options.Identity = (ContentIdentity)9, "Identity is 9", "Sha256");
        yield return Mistake("length 0", options => options.Validation.MaxLength = 0, "Validation.MaxLength is 0", "1 or more");
        yield return Mistake("length negative", options => options.Validation.MaxLength = -5, "Validation.MaxLength is -5");
        yield return Mistake("pixels", options => options.Validation.MaxPixels = 0, "Validation.MaxPixels is 0", "1 or more");
        yield return Mistake("header too short", options => options.Validation.MaxHeaderLength = 4_095, "Validation.MaxHeaderLength is 4095", "4096 or more");
        yield return Mistake("unknown type", options => options.Validation.AllowedContentTypes = ["image/png", "image/svg+xml"], "AllowedContentTypes names 'image/svg+xml'", "image/jpeg", "SetFormats");
        yield return Mistake("no formats", options => options.Validation.SetFormats([]), "no formats", "SetFormats");
    }

    [TestCaseSource(nameof(Mistakes))]
    public void Invalid_option_is_refused_with_setting_value_and_remedy(Action<ImageStorageOptions> make, string[] says)
    {
        var options = new ImageStorageOptions();
        make(options);

        var failure = Assert.Throws<OptionsValidationException>(() => _ = new ImageStorageManager(new InMemoryImageProvider(), options));
        var result = new ImageStorageOptionsValidator().Validate(null, options);

        Assert.That(result.Failures, Is.EqualTo(failure!.Failures));
        Assert.That(says.Select(text => failure.Message.Contains(text, StringComparison.Ordinal)), Has.All.True, failure.Message);
    }

    [Test]
    public void All_invalid_options_are_reported_together()
    {
        var options = new ImageStorageOptions { Identity = (ContentIdentity)9 };
        options.Validation.MaxLength = 0;
        options.Validation.MaxPixels = 0;

        Assert.That(new ImageStorageOptionsValidator().Validate(null, options).Failures, Has.Exactly(3).Items);
    }

    [Test]
    public void Defaults_are_valid_and_those_of_the_documentation()
    {
        var options = new ImageStorageOptions();

        Assert.That(new ImageStorageOptionsValidator().Validate(null, options).Succeeded, Is.True);
        Assert.That((options.Identity, options.Validation.MaxLength, options.Validation.MaxPixels, options.Validation.MaxHeaderLength), Is.EqualTo((ContentIdentity.Sha256, 50L << 20, 100_000_000L, 32 << 20)));
        Assert.That(options.Validation.GetFormats().Select(format => format.ContentType), Is.EquivalentTo(new[] { "image/jpeg", "image/png", "image/webp", "image/gif", "image/avif" }));
    }

    [TestCase(4_096)]
    [TestCase(int.MaxValue)]
    public void Bounds_of_the_header_are_allowed(int length)
    {
        var options = new ImageStorageOptions();
        options.Validation.MaxHeaderLength = length;
        options.Validation.AllowedContentTypes = ["IMAGE/PNG", "image/jpg"];

        Assert.That(new ImageStorageOptionsValidator().Validate(null, options).Succeeded, Is.True);
    }
}
