using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Tests;

internal sealed class AdviceTests
{
    [TestCase("more than the 100 allowed (Validation.MaxPixels). Nothing", "more than the 100 allowed (raise the limit with --max-pixels). Nothing")]
    [TestCase("longer than 5 bytes (Validation.MaxLength); nothing", "longer than 5 bytes (raise the limit with --max-length); nothing")]
    [TestCase("accepted are image/png (Validation.AllowedContentTypes).", "accepted are image/png.")]
    [TestCase("there is no database. Check the path, or set CreateIfMissing.", "there is no database. Check the path.")]
    [TestCase("allow more time (ResilienceOptions).", "allow more time.")]
    [TestCase("wait there already (FailoverOptions.MaxBacklog).", "wait there already.")]
    [TestCase("a key (with parentheses) and Validation itself", "a key (with parentheses) and Validation itself")]
    public void Advice_of_the_api_becomes_that_of_the_tool(string message, string expected) =>
        Assert.That(Advice.ForTool(message), Is.EqualTo(expected));
}
