using Microsoft.AspNetCore.Http;

namespace ImageStorage.Samples.Tests;

/// <summary>The status codes of samples/WebApi, which docs/guide/recipes/serve-over-http.md lists.</summary>
internal sealed class WebApiFailuresTests
{
    private static IEnumerable<TestCaseData> Statuses()
    {
        yield return new TestCaseData(new ImageValidationException(ImageValidationKind.TooLarge, "no"), 413);
        yield return new TestCaseData(new ImageValidationException(ImageValidationKind.UnsupportedType, "no"), 415);
        yield return new TestCaseData(new ImageValidationException(ImageValidationKind.TypeMismatch, "no"), 415);
        yield return new TestCaseData(new ImageRangeException("no", 5), 416);
        yield return new TestCaseData(new ImageValidationException(ImageValidationKind.NotAnImage, "no"), 400);
        yield return new TestCaseData(new ImageNotFoundException("no"), 404);
        yield return new TestCaseData(new ImageConflictException("no"), 412);
        yield return new TestCaseData(new BadHttpRequestException("no", 413), 413);
        yield return new TestCaseData(new ImageSourceException("no", new BadHttpRequestException("no", 408)), 408);
        yield return new TestCaseData(new ImageSourceException("no", new IOException("no")), 400);
        yield return new TestCaseData(new StorageFullException("no"), 507);
        yield return new TestCaseData(new StorageUnavailableException("no"), 503);
        yield return new TestCaseData(new ImageCorruptedException("no"), 500);
        yield return new TestCaseData(new ArgumentOutOfRangeException(), 500);
    }

    [TestCaseSource(nameof(Statuses))]
    public void Failure_has_its_status_alone_and_as_the_cause_of_a_transaction_that_was_rolled_back(Exception failure, int status)
    {
        Assert.That(Failures.StatusOf(failure), Is.EqualTo(status));
        Assert.That(Failures.StatusOf(Transaction(TransactionOutcome.RolledBack, failure)), Is.EqualTo(status));
        Assert.That(Failures.CauseOf(Transaction(TransactionOutcome.RolledBack, failure)), Is.SameAs(failure));
    }

    [TestCase(TransactionOutcome.InDoubt)]
    [TestCase(TransactionOutcome.Unknown)]
    public void Transaction_without_a_certain_outcome_is_500(TransactionOutcome outcome) =>
        Assert.That(Failures.StatusOf(Transaction(outcome, new ImageNotFoundException("no"))), Is.EqualTo(500));

    private static TransactionFailedException Transaction(TransactionOutcome outcome, Exception cause) => new("failed", cause) { Outcome = outcome };
}
