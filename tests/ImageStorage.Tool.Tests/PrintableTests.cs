using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Tests;

internal sealed class PrintableTests
{
    [TestCase("grüße/猫🐈.png", "grüße/猫🐈.png")]
    [TestCase("👩\u200d🚀", "👩\u200d🚀", Description = "A joiner is part of the emoji.")]
    [TestCase("a\u001b[31mb\r\nc", @"a\u001b[31mb\u000d\u000ac")]
    [TestCase("a\u0085b\u2028c", @"a\u0085b\u2028c")]
    [TestCase("gpj\u202e.exe", @"gpj\u202e.exe")]
    public void Line_holds_nothing_that_a_terminal_obeys(string text, string expected) => Assert.That(Printable.Line(text), Is.EqualTo(expected));
}
