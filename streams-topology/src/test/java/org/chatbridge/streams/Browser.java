package org.chatbridge.streams;

import java.io.File;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.Cookie;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A headless Chromium, as a test uses it. */
final class Browser implements AutoCloseable {
    /** It warns of each Chromium that is newer than itself; what it would offer for that is not used. Held, or it is lost. */
    private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** The one of this machine, if it has one with a driver. */
    static Optional<Browser> start() {
        Optional<File> browser = onPath("chromium", "chromium-browser", "google-chrome");
        Optional<File> executable = onPath("chromedriver");
        if (browser.isEmpty() || executable.isEmpty()) {
            return Optional.empty();
        }
        SELENIUM.setLevel(Level.SEVERE);
        LoggingPreferences logging = new LoggingPreferences();
        logging.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(browser.get());
        // The tests may run as root, where the sandbox does not start.
        options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage");
        options.setCapability("goog:loggingPrefs", logging);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(executable.get())
                .usingAnyFreePort()
                .build();
        return Optional.of(new Browser(new ChromeDriver(service, options)));
    }

    private static Optional<File> onPath(String... names) {
        return Stream.of(System.getenv("PATH").split(Pattern.quote(File.pathSeparator)))
                .flatMap(directory -> Arrays.stream(names).map(name -> new File(directory, name)))
                .filter(File::canExecute)
                .findFirst();
    }

    void open(String url, int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        driver.get("about:blank");
        driver.manage().deleteAllCookies();
        log();
        driver.get(url);
    }

    /** @param scheme {@code light} or {@code dark}; empty for that of the machine */
    void prefer(String scheme) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    /** Waits until the text of the first element of a selector is as expected. */
    void await(Duration most, String selector, Predicate<String> expected) {
        long deadline = System.nanoTime() + most.toNanos();
        String seen = "nothing";
        do {
            try {
                seen = text(selector);
                if (expected.test(seen)) {
                    return;
                }
                driver.executeAsyncScript("setTimeout(arguments[0], 20)");
            } catch (WebDriverException e) {
                seen = e.getRawMessage(); // not there yet, or the page is being loaded
            }
        } while (System.nanoTime() < deadline);
        throw new AssertionError("after " + most.toMillis() + " ms " + selector + " says: " + seen);
    }

    String text(String selector) {
        return driver.findElement(By.cssSelector(selector)).getText();
    }

    /** As it is in the document, also where it is not in view. */
    List<String> texts(String selector) {
        return driver.findElements(By.cssSelector(selector)).stream()
                .map(element -> String.valueOf(element.getDomProperty("textContent")))
                .toList();
    }

    int count(String selector) {
        return driver.findElements(By.cssSelector(selector)).size();
    }

    void click(String selector) {
        driver.findElement(By.cssSelector(selector)).click();
    }

    void type(String selector, String text) {
        WebElement element = driver.findElement(By.cssSelector(selector));
        element.sendKeys(text, Keys.ENTER);
    }

    /** Presses Tab, and says the id of what has the focus then. */
    String tab() {
        driver.switchTo().activeElement().sendKeys(Keys.TAB);
        return String.valueOf(driver.switchTo().activeElement().getDomProperty("id"));
    }

    String run(String script) {
        return String.valueOf(driver.executeScript(script));
    }

    /** The {@code SameSite} of a cookie; empty without the cookie. */
    String sameSite(String name) {
        Cookie cookie = driver.manage().getCookieNamed(name);
        return cookie == null ? "" : String.valueOf(cookie.getSameSite());
    }

    /** What the console says, since it was asked last. */
    List<String> log() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::getMessage)
                .toList();
    }

    @Override
    public void close() {
        driver.quit();
    }
}
