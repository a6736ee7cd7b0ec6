using ImageStorage.Providers;

namespace ImageStorage.Tests.Formats;

public sealed class ImageFormatsTests
{
    [Test]
    public void Default_has_the_five_formats_with_distinct_names_types_and_extensions()
    {
        Assert.That(
            ImageFormats.Default.Select(format => format.ContentType),
            Is.EqualTo(new[] { "image/jpeg", "image/png", "image/webp", "image/gif", "image/avif" }));
        Assert.That(
            ImageFormats.Default.Select(format => format.FileExtensions[0]),
            Is.EqualTo(new[] { ".jpg", ".png", ".webp", ".gif", ".avif" }));
        Assert.That(ImageFormats.Default.Select(format => format.ToString()), Is.Unique);
        Assert.That(ImageFormats.Default.SelectMany(format => format.FileExtensions), Is.Unique);
    }

    [Test]
    public void ImageHeaderResult_by_default_is_a_refusal_with_a_reason()
    {
        ImageHeaderResult result = default;
        Assert.That(result.State, Is.EqualTo(ImageHeaderState.Invalid));
        Assert.That(result.Reason, Is.Not.Empty);
    }

    [Test]
    public void ImageHeaderResult_prints_what_it_is()
    {
        Assert.That(ImageHeaderResult.Complete(2, 3).ToString(), Is.EqualTo("Complete(2x3)"));
        Assert.That(ImageHeaderResult.NeedMore(9).ToString(), Is.EqualTo("NeedMore(9)"));
        Assert.That(ImageHeaderResult.Invalid("too odd").ToString(), Is.EqualTo("Invalid(too odd)"));
    }

    [Test]
    public void PixelCount_of_the_largest_dimensions_does_not_overflow() =>
        Assert.That(new ImageHeader(int.MaxValue, int.MaxValue).PixelCount, Is.EqualTo((long)int.MaxValue * int.MaxValue));
}
